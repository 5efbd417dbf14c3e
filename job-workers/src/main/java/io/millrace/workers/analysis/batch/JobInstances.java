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
    JobInstance instance = repository.getJobInstance(name, parameters);
    if (instance != null) {
      recover(instance);
      if (!isRestartable(instance)) {
        repository.deleteJobInstance(instance);
      }
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

  private void recover(JobInstance instance) {
    for (JobExecution execution : repository.getJobExecutions(instance)) {
      if (execution.isRunning()) {
        operator.recover(execution);
      }
    }
  }

  /**
   * False when Spring Batch would refuse: the instance is COMPLETED, but its worker died before it
   * could say so; or an attempt that had been replaced came back, failed to write, and left its
   * execution UNKNOWN. The checkpoint knows where to go on either way, so a new instance will do.
   */
  private boolean isRestartable(JobInstance instance) {
    return repository.getJobExecutions(instance).stream()
        .map(JobExecution::getStatus)
        .allMatch(status -> status == BatchStatus.FAILED || status == BatchStatus.STOPPED);
  }

  private static JobParameters parameters(UUID id) {
    return new JobParametersBuilder().addString("millrace.job", id.toString()).toJobParameters();
  }
}
