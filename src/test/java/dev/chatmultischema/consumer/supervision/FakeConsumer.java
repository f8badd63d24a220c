package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.consumer.processing.ConsumerStatus;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import java.time.Duration;

/** A consumer whose state the test sets. */
final class FakeConsumer implements SupervisedConsumer {

  State state = State.RUNNING;
  boolean isTerminated;
  boolean isOverloaded;
  int workers;

  FakeConsumer(int workers) {
    this.workers = workers;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public boolean isTerminated() {
    return isTerminated;
  }

  @Override
  public boolean isOverloaded() {
    return isOverloaded;
  }

  @Override
  public int inFlight() {
    return 4;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public void resize(int number) {
    workers = number;
  }

  @Override
  public ConsumerStatus status() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown(Duration timeout, boolean handOver) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean closeIfIdle() {
    throw new UnsupportedOperationException();
  }
}
