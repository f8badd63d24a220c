package dev.chatmultischema.consumer.processing;

/** Is notified of the failure and the end of a {@link BatchRunner}; called without a lock held. */
interface BatchListener {

  /** Called after an error that may have lost deliveries, and that has shut the runner down. */
  void failed(Throwable error);

  /** Called when the runner is shut down and its last batch has ended. */
  void terminated();
}
