package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Formats measurements as a Markdown table. */
final class Report {

  private record Row(String what, String figure, String beside, String ratio) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();

  void add(String what, String figure) {
    add(new Row(what, figure, "", ""));
  }

  /** Adds a figure beside another one of the same run. */
  void add(String what, String figure, String beside, double ratio) {
    add(new Row(what, figure, beside, "%.2f".formatted(ratio)));
  }

  /** Adds a separate table after the first. */
  void add(Table table) {
    tables.add(table);
  }

  /** Adds a figure of a version, beside that of the baseline if there is one. */
  void addVersions(String what, List<Double> figures, DoubleFunction<String> format) {
    addVersions(what, figures, Deployment.BASELINE, format);
  }

  /** Adds a figure of a version, beside that of another one if there are two. */
  void addVersions(String what, List<Double> figures, String other, DoubleFunction<String> format) {
    double figure = figures.get(0);
    if (figures.size() == 1) {
      add(what, format.apply(figure));
    } else {
      double beside = figures.get(1);
      add(what, format.apply(figure), other + ": " + format.apply(beside), figure / beside);
    }
  }

  /** Adds a rate beside that of another system in the same run. */
  void addRate(String what, double rate, String otherName, double other) {
    add(what, perSecond(rate), "%s: %s".formatted(otherName, perSecond(other)), rate / other);
  }

  private void add(Row row) {
    rows.add(row);
    System.out.printf("  %s: %s %s %s%n", row.what, row.figure, row.beside, row.ratio);
  }

  static String perSecond(double rate) {
    return "%,.0f/s".formatted(rate);
  }

  void write(Path file, String heading) throws IOException {
    var text = new StringBuilder(heading).append('\n');
    if (!rows.isEmpty()) {
      text.append("\n| what | figure | beside it | ratio |\n|---|---|---|---|\n");
    }
    for (var row : rows) {
      text.append("| %s | %s | %s | %s |%n".formatted(row.what, row.figure, row.beside, row.ratio));
    }
    tables.forEach(table -> text.append('\n').append(table.table()));
    Files.writeString(file, text);
    System.out.println();
    System.out.println(text);
    System.out.println("Written to " + file);
  }
}
