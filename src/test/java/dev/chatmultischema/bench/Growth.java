package dev.chatmultischema.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The same figures at different numbers of tenants, as a Markdown table. */
final class Growth implements Table {

  private final List<Integer> sizes = new ArrayList<>();
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  /** Starts the figures of a number of tenants. */
  void at(int size) {
    sizes.add(size);
  }

  /**
   * @param what the name of the figure with its unit
   */
  void add(String what, double figure) {
    figures.computeIfAbsent(what, first -> new ArrayList<>()).add(figure);
    System.out.printf("  %s: %s%n", what, text(figure));
  }

  /** The ratio to the first figure of a row is in brackets. */
  @Override
  public String table() {
    var head =
        sizes.stream()
            .map("%,d tenants"::formatted)
            .collect(Collectors.joining(" | ", "| what | ", " |\n|---"));
    return figures.entrySet().stream()
        .map(row -> "| %s | %s |\n".formatted(row.getKey(), cells(row.getValue())))
        .collect(Collectors.joining("", head + "|---".repeat(sizes.size()) + "|\n", ""));
  }

  private static String cells(List<Double> row) {
    double first = row.get(0);
    return row.stream()
        .map(figure -> "%s (%.2f)".formatted(text(figure), figure / first))
        .collect(Collectors.joining(" | "));
  }

  private static String text(double figure) {
    return (figure < 100 ? "%.1f" : "%,.0f").formatted(figure);
  }
}
