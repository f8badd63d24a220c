package dev.chatmultischema.admin;

import com.google.common.collect.ImmutableMap;
import io.dropwizard.servlets.tasks.GarbageCollectionTask;
import java.io.PrintWriter;
import java.util.List;

/** Runs the garbage collector of this node, by Dropwizard's task of the same name. */
final class CollectGarbage implements Operation<Integer> {

  private static final String RUNS = "runs";
  private static final int MAX_RUNS = 10;

  private final GarbageCollectionTask task = new GarbageCollectionTask();

  @Override
  public String name() {
    return task.getName();
  }

  @Override
  public String usage() {
    return "[?runs=1-" + MAX_RUNS + "] [&reason=…]";
  }

  @Override
  public Integer parse(Parameters parameters) throws BadUsage {
    parameters.allow(RUNS);
    return parameters.number(RUNS, 1, MAX_RUNS, 1);
  }

  @Override
  public String execute(Integer runs, PrintWriter output) {
    task.execute(ImmutableMap.of(RUNS, List.of(String.valueOf(runs))), output);
    return "collected " + runs + " times";
  }
}
