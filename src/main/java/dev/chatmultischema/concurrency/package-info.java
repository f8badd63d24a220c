/**
 * Threads and schedules that survive every failure of their work: {@link
 * dev.chatmultischema.concurrency.LongLivedThread} restarts a loop, {@link
 * dev.chatmultischema.concurrency.TaskScheduler} repeats a task until it succeeds, {@link
 * dev.chatmultischema.concurrency.PeriodicTask} runs one periodically, and {@link
 * dev.chatmultischema.concurrency.Backoff} computes the delays between attempts. Each thread is
 * created by the component that uses it and named after it.
 */
package dev.chatmultischema.concurrency;
