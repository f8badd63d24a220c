package dev.chatmultischema.concurrency;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep the process from ending. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /**
   * A factory of threads with a name.
   *
   * @param name as in {@code worker-%d}, where {@code %d} is the number of the thread, from 0
   */
  public static ThreadFactory named(String name) {
    return new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build();
  }
}
