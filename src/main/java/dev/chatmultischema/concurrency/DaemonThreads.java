package dev.chatmultischema.concurrency;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.ThreadFactory;

/** Creates threads that do not prevent the JVM from exiting. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /**
   * Returns a factory of named threads.
   *
   * @param name as in {@code worker-%d}, where {@code %d} is the number of the thread, from 0
   */
  public static ThreadFactory named(String name) {
    return new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build();
  }
}
