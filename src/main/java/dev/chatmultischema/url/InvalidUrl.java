package dev.chatmultischema.url;

/** Thrown for an invalid URL; the message names its variable and repeats nothing of the URL. */
public final class InvalidUrl extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * @param problem a predicate whose subject is the variable
   */
  public InvalidUrl(String variable, String problem) {
    super(variable + " " + problem);
  }
}
