package dev.chatmultischema.prometheus;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The dashboards of {@code ops/grafana}. */
final class Dashboards {

  private static final Path FOLDER = Path.of("ops/grafana");

  private Dashboards() {}

  /** Returns the queries of all panels, with Grafana's variables. */
  static Set<String> queries(String... names) throws IOException {
    var queries = new TreeSet<String>();
    for (var name : names) {
      var dashboard = new ObjectMapper().readTree(FOLDER.resolve(name + ".json").toFile());
      queries.addAll(dashboard.findValuesAsText("expr"));
    }
    return queries;
  }
}
