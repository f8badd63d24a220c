package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.Set;

/** A process whose costs are measured. */
interface CostSubject extends AutoCloseable {

  String name();

  /** Returns the identifier of the JVM's process. */
  long pid();

  /** Returns the kinds of work that it does. */
  Set<Work> works();

  /**
   * Returns the processor time for each unit, after all that was begun has ended.
   *
   * @param nanos the duration of the load
   */
  Usage cost(Work work, long nanos) throws Exception;

  @Override
  void close() throws IOException;
}
