package io.millrace.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a type says about keeping the results of its jobs. A type whose result depends on anything
 * but its payload and its version has none.
 *
 * @param ttlMillis how long a result answers for the same work, 1 to {@link #MAX_TTL_MILLIS}
 * @param byDefault true for every submission; false only for those that ask for it
 * @param shared true when tenants may have each other's results
 * @param dropsNulls true when a member that is null means the same as none
 * @param datasets members of the payload that name datasets: their content counts, not their name
 */
public record CachePolicy(
    long ttlMillis, boolean byDefault, boolean shared, boolean dropsNulls, List<String> datasets) {
  /** How long results are kept unless a type or a submission says otherwise. */
  public static final long DEFAULT_TTL_MILLIS = Duration.ofSeconds(300).toMillis();

  /** The longest time. */
  public static final long MAX_TTL_MILLIS = Duration.ofHours(24).toMillis();

  /** Kept for the default time, for those who ask; each tenant its own. */
  public static final CachePolicy ON_REQUEST =
      new CachePolicy(DEFAULT_TTL_MILLIS, false, false, false, List.of());

  private static final String DEFAULT = "default";
  private static final String SHARED = "shared";
  private static final String NULLS = "drop-nulls";
  private static final String DATASET = "dataset=";

  public CachePolicy {
    if (ttlMillis < 1 || ttlMillis > MAX_TTL_MILLIS) {
      throw new IllegalArgumentException(
          "results may be kept for 1 ms to 24 h, not for " + ttlMillis + " ms");
    }
    datasets = List.copyOf(datasets);
    if (datasets.stream().anyMatch(name -> name.isEmpty() || name.contains(" "))) {
      throw new IllegalArgumentException("the payload's members that name datasets: " + datasets);
    }
  }

  /** Kept for so long, for every submission; each tenant its own. */
  public static CachePolicy keeping(Duration ttl) {
    return new CachePolicy(ttl.toMillis(), true, false, false, List.of());
  }

  /** The same for all tenants together. */
  public CachePolicy sharedByTenants() {
    return new CachePolicy(ttlMillis, byDefault, true, dropsNulls, datasets);
  }

  /** The same, a member that is null being none. */
  public CachePolicy withoutNulls() {
    return new CachePolicy(ttlMillis, byDefault, shared, true, datasets);
  }

  /** The same, with a member of the payload that names a dataset. */
  public CachePolicy withDataset(String member) {
    List<String> more = new ArrayList<>(datasets);
    more.add(member);
    return new CachePolicy(ttlMillis, byDefault, shared, dropsNulls, more);
  }

  /** A text that {@link #decode} reads. */
  public String encode() {
    List<String> words = new ArrayList<>();
    words.add(Long.toString(ttlMillis));
    if (byDefault) {
      words.add(DEFAULT);
    }
    if (shared) {
      words.add(SHARED);
    }
    if (dropsNulls) {
      words.add(NULLS);
    }
    datasets.forEach(name -> words.add(DATASET + name));
    return String.join(" ", words);
  }

  /** Reads a policy; words it does not know, of a newer version, are passed over. */
  public static @Nullable CachePolicy decode(@Nullable String text) {
    if (text == null) {
      return null;
    }
    List<String> words = List.of(text.split(" "));
    return new CachePolicy(
        Long.parseLong(words.getFirst()),
        words.contains(DEFAULT),
        words.contains(SHARED),
        words.contains(NULLS),
        words.stream()
            .filter(word -> word.startsWith(DATASET))
            .map(word -> word.substring(DATASET.length()))
            .toList());
  }
}
