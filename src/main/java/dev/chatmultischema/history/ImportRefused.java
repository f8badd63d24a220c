package dev.chatmultischema.history;

import java.util.Locale;

/** An import was refused; the messages of the lines before stay stored. */
public final class ImportRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final long line;
  private final String detail;

  /** Says whether the file or the tenant is the reason. */
  public enum Reason {
    /** A line is no message, or its message cannot follow the one before. */
    INVALID_LINE,
    /** The tenant has messages that are not those of the file. */
    NOT_EMPTY
  }

  private ImportRefused(Reason reason, long line, String detail) {
    super(line == 0 ? detail : String.format(Locale.ROOT, "line %d: %s", line, detail));
    this.reason = reason;
    this.line = line;
    this.detail = detail;
  }

  static ImportRefused invalidLine(long line, String detail) {
    return new ImportRefused(Reason.INVALID_LINE, line, detail);
  }

  static ImportRefused notEmpty(String detail) {
    return new ImportRefused(Reason.NOT_EMPTY, 0, detail);
  }

  static ImportRefused otherMessage(long line, long seq) {
    return new ImportRefused(
        Reason.NOT_EMPTY,
        line,
        String.format(Locale.ROOT, "the tenant has another message with seq %d", seq));
  }

  public Reason reason() {
    return reason;
  }

  /** Returns the number of the line, from 1; 0 if no line is the reason. */
  public long line() {
    return line;
  }

  /** Returns the reason without the number of the line. */
  public String detail() {
    return detail;
  }
}
