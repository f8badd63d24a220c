package dev.chatmultischema.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * The processor time for each unit of work, of several processes under the same load in turns, as a
 * Markdown table of medians.
 */
final class Costs implements Table {

  private static final String HEAD =
      """
      | processor for each, µs | of | JVM | RabbitMQ | PostgreSQL | Redis | JVM to bare | with client libraries | to /ping |
      |---|---|---|---|---|---|---|---|---|
      """;

  /** The costs of one kind of work by the name of the process. */
  private final Map<Work, Map<String, List<Usage>>> costs = new LinkedHashMap<>();

  void add(Work work, String process, Usage each) {
    costs
        .computeIfAbsent(work, first -> new LinkedHashMap<>())
        .computeIfAbsent(process, first -> new ArrayList<>())
        .add(each);
  }

  private Usage median(Work work, String process) {
    var usages = costs.getOrDefault(work, Map.of()).get(process);
    return usages == null ? Usage.UNKNOWN : Usage.median(usages);
  }

  @Override
  public String table() {
    var text = new StringBuilder(HEAD);
    costs.forEach(
        (work, processes) -> {
          processes.keySet().forEach(process -> text.append(row(work, process)));
          if (processes.containsKey(Deployment.BASELINE)) {
            text.append(toBaseline(work));
          }
        });
    return text.toString();
  }

  private String row(Work work, String process) {
    var usage = median(work, process);
    double bare = median(work, BareService.NAME).jvm();
    double minimal = median(work, MinimalService.NAME).jvm();
    double ping = median(Work.PING, process).jvm();
    return row(
        work,
        process,
        usage,
        Costs::micros,
        ratio(usage.jvm() / bare),
        ratio(usage.jvm() / minimal),
        ratio(usage.jvm() / ping));
  }

  private String toBaseline(Work work) {
    var ratios = median(work, Deployment.SERVICE).dividedBy(median(work, Deployment.BASELINE));
    return row(work, "ratio to baseline", ratios, Costs::ratio, "", "", "");
  }

  private static String row(
      Work work,
      String of,
      Usage usage,
      DoubleFunction<String> format,
      String toBare,
      String toMinimal,
      String toPing) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            work.text(),
            of,
            format.apply(usage.jvm()),
            format.apply(usage.broker()),
            format.apply(usage.database()),
            format.apply(usage.redis()),
            toBare,
            toMinimal,
            toPing);
  }

  private static String micros(double micros) {
    return Double.isNaN(micros) ? "" : (micros < 10 ? "%.2f" : "%.0f").formatted(micros);
  }

  private static String ratio(double ratio) {
    return Double.isFinite(ratio) ? "%.2f".formatted(ratio) : "";
  }
}
