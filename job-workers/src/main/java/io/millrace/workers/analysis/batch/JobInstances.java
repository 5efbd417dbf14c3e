package io.millrace.workers.analysis.batch;

import java.util.UUID;
import java.util.function.Function;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;

/**
 * Spring Batch's job instances, one per Millrace job: the job's id is the identifying parameter, so
 * a further attempt restarts the same instance.
 */
final class JobInstances {
  private final String name;
  private final JobRepository repository;
  private final JobOperator operator;

  JobInstances(String name, JobRepository repository, JobOperator operator) {
    this.name = name;
    this.repository = repository;
    this.operator = operator;
  }

  /**
   * Starts or restarts the instance of a job and waits for its end.
   *
   * <p>A killed worker leaves its execution STARTED for ever, and Spring Batch refuses a second one
   * beside it. Since Millrace gives a job to one attempt at a time, whatever is not finished when
   * an attempt starts is dead: it is recovered, that is marked FAILED, and then restarted.
   */
  JobExecution start(UUID id, Function<String, Job> job) throws Exception {
    JobParameters parameters = parameters(id);
    JobExecution last = repository.getLastJobExecution(name, parameters);
    if (last != null && last.isRunning()) {
      operator.recover(last);
      last = repository.getLastJobExecution(name, parameters);
    }
    if (last != null && !isRestartable(last.getStatus())) {
      // Finished, but its worker died before it could say so; or beyond Spring Batch's repair. The
      // checkpoint knows where to go on either way.
      delete(id);
    }
    return operator.start(job.apply(name), parameters);
  }

  /** Deletes everything Spring Batch keeps of a job. */
  void delete(UUID id) {
    JobInstance instance = repository.getJobInstance(name, parameters(id));
    if (instance != null) {
      repository.deleteJobInstance(instance);
    }
  }

  private static boolean isRestartable(BatchStatus status) {
    return status == BatchStatus.FAILED || status == BatchStatus.STOPPED;
  }

  private static JobParameters parameters(UUID id) {
    return new JobParametersBuilder().addString("millrace.job", id.toString()).toJobParameters();
  }
}
