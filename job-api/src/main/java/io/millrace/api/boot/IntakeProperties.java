package io.millrace.api.boot;

import io.millrace.boot.Checked;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.intake.*}: how jobs are accepted.
 *
 * @param capacity most submissions waiting in memory for their commit, 1 to 1,000,000
 * @param maxBatch most jobs in one transaction, 1 to 10,000
 * @param maxUnannounced most batches that may wait for Kafka before new work is refused, 1 to
 *     10,000,000
 * @param maxBacklogPerPool most jobs that may wait in a pool, 1 to 1,000,000,000
 * @param maxBacklogPerTenant most jobs of one tenant that may wait, 1 to 1,000,000,000
 */
@ConfigurationProperties("millrace.intake")
record IntakeProperties(
    @DefaultValue("10000") int capacity,
    @DefaultValue("500") int maxBatch,
    @DefaultValue("100000") int maxUnannounced,
    @DefaultValue("1000000") int maxBacklogPerPool,
    @DefaultValue("500000") int maxBacklogPerTenant) {
  IntakeProperties {
    Checked.range(
        "millrace.intake.capacity",
        capacity,
        1,
        1_000_000,
        "every waiting submission holds its payload in memory");
    Checked.range(
        "millrace.intake.max-batch",
        maxBatch,
        1,
        10_000,
        "one transaction must end within the statement timeout of 10 s");
    Checked.range(
        "millrace.intake.max-unannounced",
        maxUnannounced,
        1,
        10_000_000,
        "the outbox grows by one row a batch while Kafka is away");
    Checked.range(
        "millrace.intake.max-backlog-per-pool",
        maxBacklogPerPool,
        1,
        1_000_000_000,
        "without room for one job none can be taken");
    Checked.range(
        "millrace.intake.max-backlog-per-tenant",
        maxBacklogPerTenant,
        1,
        1_000_000_000,
        "without room for one job none can be taken");
  }
}
