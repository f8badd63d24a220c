package dev.chatmultischema.message;

import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import java.util.regex.Pattern;

/**
 * A position in a tenant's history, or its head. A position holds for one epoch: another epoch
 * begins where messages that were stored did not survive.
 *
 * @param epoch 1 for the first epoch
 * @param seq the {@code seq} of the last message before the position, 0 before the first message
 */
public record Position(int epoch, long seq) {

  public static final int FIRST_EPOCH = 1;

  private static final Pattern FORM = Pattern.compile("(?:([2-9]|[1-9][0-9]+)\\.)?([0-9]+)");

  /**
   * Parses {@code seq}, a position of the first epoch, or {@code epoch.seq}, one of a later epoch;
   * both have any number of digits.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Position fromString(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("must be a whole number of at least 0");
    }
    var epoch = form.group(1) == null ? Integer.valueOf(FIRST_EPOCH) : Ints.tryParse(form.group(1));
    var seq = Longs.tryParse(form.group(2));
    return new Position(
        epoch == null ? Integer.MAX_VALUE : epoch, seq == null ? Long.MAX_VALUE : seq);
  }

  /** Returns the start of the ids of an epoch's events: nothing in the first epoch. */
  public static String idPrefix(int epoch) {
    return epoch == FIRST_EPOCH ? "" : epoch + ".";
  }

  /** Returns the form that {@link #fromString} parses, which is the id of an event. */
  @Override
  public String toString() {
    return idPrefix(epoch) + seq;
  }
}
