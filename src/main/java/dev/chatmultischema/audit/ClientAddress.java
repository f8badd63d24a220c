package dev.chatmultischema.audit;

/**
 * The network address of the client whose request the current thread executes, for events that are
 * recorded several calls below the resource.
 */
public final class ClientAddress {

  private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

  private ClientAddress() {}

  /** A block of code that handles a request. */
  @FunctionalInterface
  public interface Block<X extends Exception, Y extends Exception> {
    void run() throws X, Y;
  }

  /** Runs a block on this thread on behalf of a client. */
  public static <X extends Exception, Y extends Exception> void with(
      String address, Block<X, Y> block) throws X, Y {
    CURRENT.set(address);
    try {
      block.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** Returns the address, or null if the thread executes no request. */
  static String current() {
    return CURRENT.get();
  }
}
