package dev.chatmultischema.auth;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A bounded queue of jobs, ordered by when they are due; a job that is due earlier displaces the
 * one that is due last where there is no room.
 */
final class HashingQueue {

  /**
   * Work that waits.
   *
   * @param due when it should run, on the clock of {@link System#nanoTime}
   * @param number tells jobs apart that are due at the same time
   */
  record Job(long due, long number, Runnable work, Runnable refusal) {}

  private final long origin = System.nanoTime();
  private final int capacity;

  /** Differences, since the values of {@link System#nanoTime} may overflow. */
  private final TreeSet<Job> jobs =
      new TreeSet<>(
          Comparator.<Job>comparingLong(job -> job.due() - origin).thenComparingLong(Job::number));

  private long added;

  HashingQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Adds a job; returns the job that finds no room, which may be the new one. */
  synchronized Optional<Job> add(long due, Runnable work, Runnable refusal) {
    jobs.add(new Job(due, added++, work, refusal));
    return jobs.size() > capacity ? Optional.ofNullable(jobs.pollLast()) : Optional.empty();
  }

  /** Takes the job that is due first, if there is one. */
  synchronized Optional<Job> poll() {
    return Optional.ofNullable(jobs.pollFirst());
  }

  synchronized boolean isEmpty() {
    return jobs.isEmpty();
  }
}
