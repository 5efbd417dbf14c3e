package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
  private static final double ALMOST_ONE = Math.nextDown(1.0);
  private static final RetryPolicy POLICY =
      new RetryPolicy(10, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(10));

  @ParameterizedTest
  @CsvSource({"1,1000", "2,2000", "3,4000", "4,8000", "5,10000", "6,10000", "100,10000"})
  void delayAfter_growsByTheFactorUpToTheCap(int failures, long boundMillis) {
    assertThat(POLICY.delayAfter(failures, 0.0)).isZero();
    assertThat(POLICY.delayAfter(failures, 0.5)).isEqualTo(Duration.ofMillis(boundMillis / 2));
    assertThat(POLICY.delayAfter(failures, ALMOST_ONE))
        .isBetween(Duration.ofMillis(boundMillis - 1), Duration.ofMillis(boundMillis));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void delayAfter_noFailureYet_isBoundedLikeTheFirst(int failures) {
    assertThat(POLICY.delayAfter(failures, 0.5)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void delayAfter_powerBeyondEveryDouble_staysAtTheCap() {
    RetryPolicy steep = new RetryPolicy(100, Duration.ofDays(1), 10.0, Duration.ofDays(7));
    assertThat(steep.delayAfter(Integer.MAX_VALUE, 0.5)).isEqualTo(Duration.ofDays(7).dividedBy(2));
  }

  @Test
  void delayAfter_noDelay_isZeroHoweverManyFailures() {
    RetryPolicy none = new RetryPolicy(100, Duration.ZERO, 10.0, Duration.ofDays(7));
    assertThat(none.delayAfter(Integer.MAX_VALUE, ALMOST_ONE)).isZero();
    assertThat(RetryPolicy.NONE.delayAfter(1, ALMOST_ONE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Limits.MAX_ATTEMPTS + 1})
  void new_attemptsOutsideRange_isRefusedWithTheRange(int attempts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(attempts, 0, 1.0, 0))
        .withMessage("maxAttempts is " + attempts + "; it must be 1 to 100");
  }

  @ParameterizedTest
  @CsvSource({"-1,10", "11,10", "0,-1"})
  void new_delaysOutOfOrder_isRefused(long initialMillis, long maxMillis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(1, initialMillis, 1.0, maxMillis))
        .withMessageContaining("initialDelay");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0.99, 10.01, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void new_factorOutsideRange_isRefused(double factor) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(1, 0, factor, 0))
        .withMessage("factor is " + factor + "; it must be 1.0 to 10.0");
  }

  @Test
  void new_atTheEdges_isAccepted() {
    assertThat(policy(1, 0, 1.0, 0).maxAttempts()).isEqualTo(1);
    assertThat(policy(Limits.MAX_ATTEMPTS, 5, 10.0, 5).maxAttempts()).isEqualTo(100);
  }

  private static RetryPolicy policy(
      int attempts, long initialMillis, double factor, long maxMillis) {
    return new RetryPolicy(
        attempts, Duration.ofMillis(initialMillis), factor, Duration.ofMillis(maxMillis));
  }

  @Test
  void delayAfter_noJitter_isTheBoundItself() {
    RetryPolicy policy = with(RetryPolicy.Jitter.NONE);
    assertThat(policy.delayAfter(1, 0.3)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.delayAfter(3, 0.3)).isEqualTo(Duration.ofSeconds(4));
    assertThat(policy.delayAfter(30, 0.3)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void delayAfter_decorrelated_staysBetweenTheFirstDelayAndTheCeiling() {
    RetryPolicy policy = with(RetryPolicy.Jitter.DECORRELATED);
    for (int failures = 1; failures < 20; failures++) {
      for (double random : new double[] {0, 0.5, 0.999}) {
        assertThat(policy.delayAfter(failures, random))
            .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
      }
    }
    assertThat(policy.delayAfter(3, 0.999)).isGreaterThan(Duration.ofSeconds(5));
  }

  @Test
  void decode_whatEncodeWrote_isTheSamePolicy() {
    RetryPolicy full =
        new RetryPolicy(
            7,
            Duration.ofMillis(250),
            1.5,
            Duration.ofMinutes(2),
            RetryPolicy.Jitter.DECORRELATED,
            Duration.ofHours(3),
            Set.of(ErrorKind.TIMEOUT, ErrorKind.DEPENDENCY));
    assertThat(RetryPolicy.decode(full.encode())).isEqualTo(full);
    assertThat(RetryPolicy.decode(RetryPolicy.DEFAULT.encode())).isEqualTo(RetryPolicy.DEFAULT);
    assertThatIllegalArgumentException().isThrownBy(() -> RetryPolicy.decode("attempts"));
  }

  @Test
  void retries_listedKinds_overruleTheKindsOwnAnswer() {
    RetryPolicy policy =
        new RetryPolicy(
            3,
            Duration.ZERO,
            1,
            Duration.ZERO,
            RetryPolicy.Jitter.NONE,
            null,
            Set.of(ErrorKind.BUG));
    assertThat(policy.retries(ErrorKind.BUG)).isTrue();
    assertThat(policy.retries(ErrorKind.HANDLER)).isFalse();
    assertThat(RetryPolicy.DEFAULT.retries(ErrorKind.HANDLER)).isTrue();
    assertThat(RetryPolicy.DEFAULT.retries(ErrorKind.BUG)).isFalse();
  }

  private static RetryPolicy with(RetryPolicy.Jitter jitter) {
    return new RetryPolicy(
        10, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(10), jitter, null, null);
  }
}
