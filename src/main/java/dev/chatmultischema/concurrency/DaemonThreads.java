package dev.chatmultischema.concurrency;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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

  /**
   * Returns an executor with a bounded number of threads, which end after 10 s without a task, so
   * that it needs no shutdown.
   *
   * @param name as for {@link #named}
   * @param maxQueued the number of tasks that may wait; further ones are rejected
   */
  public static ExecutorService pool(String name, int threads, int maxQueued) {
    var executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxQueued),
            named(name));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
