package io.millrace.workers.analysis.batch;

import io.millrace.store.BatchMetadataStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Isolation;

/** Spring Batch on PostgreSQL, put together without an application context. */
public final class BatchInfrastructure {
  private static final String DDL = "org/springframework/batch/core/schema-postgresql.sql";

  private final BatchMetadataStore metadata;
  private final PlatformTransactionManager transactions;
  private final JobRepository repository;
  private final TaskExecutorJobOperator operator;
  private volatile boolean tablesReady;

  /** Builds the parts; touches no database. */
  public BatchInfrastructure(DataSource dataSource) {
    this.metadata = new BatchMetadataStore(dataSource);
    this.transactions = new JdbcTransactionManager(dataSource);
    this.repository = repository(dataSource, transactions);
    this.operator = operator(repository);
  }

  /** Creates Spring Batch's tables unless they are there. Call it at start; cheap when repeated. */
  public void createTables() throws SQLException {
    if (tablesReady) {
      return;
    }
    metadata.createTables(ddl());
    tablesReady = true;
  }

  PlatformTransactionManager transactions() {
    return transactions;
  }

  JobRepository repository() {
    return repository;
  }

  TaskExecutorJobOperator operator() {
    return operator;
  }

  /**
   * Deletes the metadata of jobs that nobody has touched for a time: those that ran out of
   * attempts. Finished ones delete their own.
   *
   * @return how many were deleted
   */
  int trim(Duration idle, int limit) throws SQLException {
    List<Long> ids = metadata.idleInstances(idle, limit);
    for (long id : ids) {
      JobInstance instance = repository.getJobInstance(id);
      if (instance != null) {
        repository.deleteJobInstance(instance);
      }
    }
    return ids.size();
  }

  private static String ddl() {
    try {
      return new ClassPathResource(DDL, JobRepository.class.getClassLoader())
          .getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("spring-batch-core lacks " + DDL, e);
    }
  }

  private static JobRepository repository(
      DataSource dataSource, PlatformTransactionManager transactions) {
    JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
    factory.setDataSource(dataSource);
    factory.setTransactionManager(transactions);
    factory.setTablePrefix(BatchMetadataStore.TABLE_PREFIX);
    // Named, so that the factory need not ask a database that may be down.
    factory.setDatabaseType("POSTGRES");
    // The default, SERIALIZABLE, fails concurrent starts of different jobs. Two starts of the same
    // job meet at the unique key of its instance, which needs no more than this.
    factory.setIsolationLevelForCreateEnum(Isolation.READ_COMMITTED);
    try {
      factory.afterPropertiesSet();
      return factory.getObject();
    } catch (Exception e) {
      throw new IllegalStateException("Spring Batch's job repository", e);
    }
  }

  private static TaskExecutorJobOperator operator(JobRepository repository) {
    TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
    operator.setJobRepository(repository);
    operator.setJobRegistry(new MapJobRegistry());
    // On the caller's thread: the worker gave the job its slot there, and interrupts it there.
    operator.setTaskExecutor(new SyncTaskExecutor());
    try {
      operator.afterPropertiesSet();
    } catch (Exception e) {
      throw new IllegalStateException("Spring Batch's job operator", e);
    }
    return operator;
  }
}
