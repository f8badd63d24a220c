package dev.chatmultischema.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The processor time of a service and of its servers, in microseconds; {@code NaN} for a server
 * whose process is not known.
 */
record Usage(double jvm, double broker, double database, double redis) {

  static final Usage UNKNOWN = ofJvm(Double.NaN);

  /** Returns the usage of a process without servers. */
  static Usage ofJvm(double micros) {
    return new Usage(micros, Double.NaN, Double.NaN, Double.NaN);
  }

  Usage minus(Usage other) {
    return new Usage(
        jvm - other.jvm, broker - other.broker, database - other.database, redis - other.redis);
  }

  Usage dividedBy(double count) {
    return new Usage(jvm / count, broker / count, database / count, redis / count);
  }

  /** Returns the ratio of each part. */
  Usage dividedBy(Usage other) {
    return new Usage(
        jvm / other.jvm, broker / other.broker, database / other.database, redis / other.redis);
  }

  /** Returns the usage with the median of each part. */
  static Usage median(List<Usage> usages) {
    return new Usage(
        median(usages, Usage::jvm),
        median(usages, Usage::broker),
        median(usages, Usage::database),
        median(usages, Usage::redis));
  }

  private static double median(List<Usage> usages, ToDoubleFunction<Usage> part) {
    return Median.of(usages.stream().map(part::applyAsDouble).toList());
  }
}
