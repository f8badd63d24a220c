package dev.chatmultischema.auth;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A bounded priority queue of jobs, ordered by due time. When the queue is full, an added job
 * displaces the job that is due last.
 */
final class HashingQueue {

  /**
   * A job in the queue.
   *
   * @param due the time to run it, on the clock of {@link System#nanoTime}
   * @param number its position among jobs with the same due time
   * @param work runs the job
   * @param refusal runs in place of the work if the job is displaced
   */
  record Job(long due, long number, Runnable work, Runnable refusal) {}

  private final long origin = System.nanoTime();
  private final int capacity;

  /** Compares differences to the origin, since values of {@link System#nanoTime} may overflow. */
  private final TreeSet<Job> jobs =
      new TreeSet<>(
          Comparator.<Job>comparingLong(job -> job.due() - origin).thenComparingLong(Job::number));

  private long added;

  HashingQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Adds a job; returns the displaced job, which may be the new one, or empty. */
  synchronized Optional<Job> add(long due, Runnable work, Runnable refusal) {
    jobs.add(new Job(due, added++, work, refusal));
    return jobs.size() > capacity ? Optional.ofNullable(jobs.pollLast()) : Optional.empty();
  }

  /** Removes and returns the job that is due first, or empty. */
  synchronized Optional<Job> poll() {
    return Optional.ofNullable(jobs.pollFirst());
  }

  synchronized boolean isEmpty() {
    return jobs.isEmpty();
  }
}
