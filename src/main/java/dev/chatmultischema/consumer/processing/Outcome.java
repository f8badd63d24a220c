package dev.chatmultischema.consumer.processing;

/**
 * What became of one delivery.
 *
 * @param cause why it was not stored, or null
 */
record Outcome(DecodedDelivery message, Fate fate, Exception cause) {

  /** All that can become of a delivery. */
  enum Fate {
    /** Committed. */
    STORED,
    /** Its id was stored before. */
    DUPLICATE,
    /** Storing it failed, which may be different at another time. */
    RETRY,
    /** It can never be stored, or has failed too often. */
    DEAD_LETTER,
    /** Something that it depends on is away: no attempt of its own, it is kept and tried again. */
    NOT_NOW
  }

  static Outcome of(DecodedDelivery message, Fate fate) {
    return new Outcome(message, fate, null);
  }

  Outcome notNow(Exception why) {
    return new Outcome(message, Fate.NOT_NOW, why);
  }
}
