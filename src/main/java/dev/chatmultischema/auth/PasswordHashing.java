package dev.chatmultischema.auth;

import dev.chatmultischema.concurrency.DaemonThreads;
import io.dropwizard.lifecycle.Managed;
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
 * Hashes passwords on threads of its own, one for every two processors, with a bounded queue: what
 * strangers ask for must not take the threads and the processors from everybody else.
 *
 * <p>While jobs wait, a thread rests after each for as long as that took, so that half of the
 * thread's processor is left to others; a login that succeeded is no reason to rest. A job that is
 * displaced from the queue, or has waited for 5 s (15 s if a known caller waits for it), ends with
 * {@link TooManyLogins}.
 */
public final class PasswordHashing implements Managed {

  private static final int MAX_WAITING = 16;
  private static final Duration MAX_LOGIN_WAIT = Duration.ofSeconds(5);
  private static final Duration MAX_CALLER_WAIT = Duration.ofSeconds(15);

  /** How many request threads may wait here for a password of a known caller to be hashed. */
  private static final int MAX_BLOCKED = 8;

  /**
   * A client that tries again at once gets nothing by it, and costs little, if it learns of the
   * refusal a second later; no thread waits for that.
   */
  private static final Duration REFUSAL_DELAY = Duration.ofSeconds(1);

  private static final int MAX_DELAYED = 1_000;
  private static final int ANSWERING_THREADS = 4;

  private final Passwords passwords = new Passwords();
  private final HashingQueue queue = new HashingQueue(MAX_WAITING);
  private final Semaphore blocked = new Semaphore(MAX_BLOCKED);
  private final AtomicInteger delayed = new AtomicInteger();
  private final ExecutorService hashing =
      Executors.newFixedThreadPool(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          DaemonThreads.named("password-hashing"));

  /** Writes answers, so that a client that does not read them keeps nobody from hashing. */
  private final ExecutorService answering =
      Executors.newFixedThreadPool(ANSWERING_THREADS, DaemonThreads.named("password-answers"));

  /**
   * Whether a login's password was the right one.
   *
   * @param better what to store in place of the hash, or null to keep it
   */
  public record Verdict(boolean matches, String better) {}

  /**
   * Compares a password with a hash, which may be null, after those that are due earlier; the
   * future completes on a thread that may be used for a while.
   *
   * @param delay how much later the job is due
   */
  public CompletableFuture<Verdict> verify(String password, String hash, Duration delay) {
    return submit(
        delay,
        MAX_LOGIN_WAIT,
        () -> {
          var matches = passwords.verify(password, hash);
          return new Verdict(
              matches, matches && Passwords.outdated(hash) ? passwords.hash(password) : null);
        });
  }

  /**
   * Hashes a password of a caller who may set one, and waits for it.
   *
   * @throws TooManyLogins if 8 callers wait already, or it could not be done within 15 s
   */
  public String hash(String password) {
    if (!blocked.tryAcquire()) {
      throw new TooManyLogins();
    }
    try {
      return submit(Duration.ZERO, MAX_CALLER_WAIT, () -> passwords.hash(password)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof TooManyLogins refused ? refused : e;
    } finally {
      blocked.release();
    }
  }

  private <T> CompletableFuture<T> submit(Duration delay, Duration maxWait, Supplier<T> work) {
    var future = new CompletableFuture<T>();
    long now = System.nanoTime();
    var displaced =
        queue.add(
            now + delay.toNanos(),
            () -> {
              if (System.nanoTime() - now > maxWait.toNanos()) {
                refuse(future, answering);
              } else {
                run(future, work);
              }
            },
            () -> refuseLater(future));
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
    long begun = System.nanoTime();
    boolean succeededLogin;
    try {
      var result = work.get();
      succeededLogin = result instanceof Verdict verdict && verdict.matches();
      answering.execute(() -> future.complete(result));
    } catch (Throwable e) {
      future.completeExceptionally(e);
      throw e;
    }
    if (!succeededLogin && !queue.isEmpty()) {
      LockSupport.parkNanos(System.nanoTime() - begun);
    }
  }

  private void refuseLater(CompletableFuture<?> future) {
    if (delayed.incrementAndGet() > MAX_DELAYED) {
      delayed.decrementAndGet();
      refuse(future, answering);
      return;
    }
    var later =
        CompletableFuture.delayedExecutor(
            REFUSAL_DELAY.toMillis(), TimeUnit.MILLISECONDS, answering);
    later.execute(
        () -> {
          delayed.decrementAndGet();
          future.completeExceptionally(new TooManyLogins());
        });
  }

  private static void refuse(CompletableFuture<?> future, Executor executor) {
    executor.execute(() -> future.completeExceptionally(new TooManyLogins()));
  }

  /** The server has ended all requests before. */
  @Override
  public void stop() {
    hashing.shutdownNow();
    answering.shutdownNow();
  }
}
