package dev.chatmultischema.auth;

import dev.chatmultischema.concurrency.DaemonThreads;
import io.dropwizard.lifecycle.Managed;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Hashes passwords on a dedicated pool, one thread for every two processors, with a bounded queue:
 * unauthenticated clients must not occupy the threads and processors that other requests need.
 *
 * <p>While jobs are queued, a thread pauses after each job ({@link HashingPause}), which leaves at
 * least half of its processor to other work; it does not pause after a successful login. A job
 * fails with {@link TooManyLogins} if it is displaced from the queue, or has been queued for 5 s
 * (15 s if an authenticated caller waits for it).
 */
public final class PasswordHashing implements Managed {

  private static final int MAX_QUEUED = 16;
  private static final Duration MAX_LOGIN_WAIT = Duration.ofSeconds(5);
  private static final Duration MAX_CALLER_WAIT = Duration.ofSeconds(15);

  /** The number of request threads that may wait for a hash at a time. */
  private static final int MAX_BLOCKED = 8;

  /**
   * A refusal is sent after this delay, so that clients that retry at once cost little. No thread
   * waits meanwhile.
   */
  private static final Duration REFUSAL_DELAY = Duration.ofSeconds(1);

  private static final int MAX_DELAYED = 1_000;
  private static final ThreadMXBean PROCESSOR_TIME = ManagementFactory.getThreadMXBean();
  private static final int RESPONSE_THREADS = 4;

  private final Passwords passwords = new Passwords();
  private final HashingPause pause = HashingPause.ofThisMachine();
  private final HashingQueue queue = new HashingQueue(MAX_QUEUED);
  private final Semaphore blocked = new Semaphore(MAX_BLOCKED);
  private final AtomicInteger delayed = new AtomicInteger();
  private final ExecutorService hashing =
      Executors.newFixedThreadPool(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          DaemonThreads.named("password-hashing"));

  /**
   * Completes the futures of jobs, so that a response to a slow client does not block a thread that
   * computes hashes.
   */
  private final ExecutorService responding =
      Executors.newFixedThreadPool(RESPONSE_THREADS, DaemonThreads.named("password-responses"));

  /**
   * The result of a comparison.
   *
   * @param matches whether the password is the right one
   * @param better a hash of higher cost to store in place of the present one, or null to keep the
   *     present one
   */
  public record Verdict(boolean matches, String better) {}

  /**
   * Compares a password with a hash. The future completes on a thread that its dependents may
   * block; it fails with {@link TooManyLogins} if the job is displaced, or is queued for more than
   * 5 s.
   *
   * @param hash null if there is no hash; the comparison then fails after the same time
   * @param delay the time from now until the job is due in the queue; a negative one puts it before
   *     jobs that were added earlier
   */
  public CompletableFuture<Verdict> verify(String password, String hash, Duration delay) {
    return submit(
        delay,
        MAX_LOGIN_WAIT,
        () -> {
          var matches = passwords.verify(password, hash);
          return new Verdict(
              matches, matches && Passwords.isOutdated(hash) ? passwords.hash(password) : null);
        });
  }

  /**
   * Hashes a password that an authenticated caller sets, and blocks until the hash is computed.
   *
   * @throws TooManyLogins if 8 callers are blocked already, or if the job is displaced or is queued
   *     for more than 15 s
   */
  public String hash(String password) {
    return await(() -> passwords.hash(password));
  }

  /**
   * Compares a password that an authenticated caller gives with a hash, and blocks until it is
   * compared.
   *
   * @param hash null if there is no hash; the password then does not match
   * @throws TooManyLogins as {@link #hash} does
   */
  public boolean matches(String password, String hash) {
    return await(() -> new Verdict(passwords.verify(password, hash), null)).matches();
  }

  private <T> T await(Supplier<T> work) {
    if (!blocked.tryAcquire()) {
      throw new TooManyLogins();
    }
    try {
      return submit(Duration.ZERO, MAX_CALLER_WAIT, work).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof TooManyLogins refused ? refused : e;
    } finally {
      blocked.release();
    }
  }

  /**
   * Returns a future that fails with an exception, a second later if not too many do so already:
   * clients that repeat a refused login at once cost little then.
   */
  public <T> CompletableFuture<T> refuse(RuntimeException reason) {
    var future = new CompletableFuture<T>();
    refuseLater(future, reason);
    return future;
  }

  private <T> CompletableFuture<T> submit(Duration delay, Duration maxWait, Supplier<T> work) {
    var future = new CompletableFuture<T>();
    long now = System.nanoTime();
    var displaced =
        queue.add(
            now + delay.toNanos(),
            () -> {
              if (System.nanoTime() - now > maxWait.toNanos()) {
                refuse(future, new TooManyLogins(), responding);
              } else {
                run(future, work);
              }
            },
            () -> refuseLater(future, new TooManyLogins()));
    if (displaced.isPresent()) {
      displaced.get().refusal().run();
    } else {
      hashing.execute(this::runNext);
    }
    return future;
  }

  private void runNext() {
    queue.poll().ifPresent(job -> job.work().run());
  }

  private <T> void run(CompletableFuture<T> future, Supplier<T> work) {
    long begun = PROCESSOR_TIME.getCurrentThreadCpuTime();
    boolean succeededLogin;
    try {
      var result = work.get();
      succeededLogin = result instanceof Verdict verdict && verdict.matches();
      responding.execute(() -> future.complete(result));
    } catch (Throwable e) {
      future.completeExceptionally(e);
      throw e;
    }
    if (!succeededLogin && !queue.isEmpty()) {
      // Not the time that has passed: beside busy processors, a hash takes several times as long.
      long used = PROCESSOR_TIME.getCurrentThreadCpuTime() - begun;
      LockSupport.parkNanos(pause.after(Duration.ofNanos(used)).toNanos());
    }
  }

  private void refuseLater(CompletableFuture<?> future, RuntimeException reason) {
    if (delayed.incrementAndGet() > MAX_DELAYED) {
      delayed.decrementAndGet();
      refuse(future, reason, responding);
      return;
    }
    var later =
        CompletableFuture.delayedExecutor(
            REFUSAL_DELAY.toMillis(), TimeUnit.MILLISECONDS, responding);
    later.execute(
        () -> {
          delayed.decrementAndGet();
          future.completeExceptionally(reason);
        });
  }

  private static void refuse(
      CompletableFuture<?> future, RuntimeException reason, Executor executor) {
    executor.execute(() -> future.completeExceptionally(reason));
  }

  /** Stops the threads; the server has ended all requests before. */
  @Override
  public void stop() {
    hashing.shutdownNow();
    responding.shutdownNow();
  }
}
