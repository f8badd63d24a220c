package dev.chatmultischema.message;

/**
 * The messages that a tenant keeps.
 *
 * @param firstSeq the {@code seq} of the first message that is not deleted, one more than that of
 *     the head if there is none
 * @param head the epoch, and the {@code seq} of the last message, 0 without any
 */
public record HistoryBounds(long firstSeq, Position head) {

  /**
   * Returns whether all messages that followed a position can still follow it. Before the first
   * message no message was received, so that position is valid in every epoch.
   */
  public boolean canFollow(Position position) {
    return position.seq() == 0
        || (position.epoch() == head.epoch()
            && position.seq() >= firstSeq - 1
            && position.seq() <= head.seq());
  }
}
