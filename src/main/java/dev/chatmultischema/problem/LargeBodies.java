package dev.chatmultischema.problem;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Bounds what all large request bodies that are worked on hold together: a body of tens of
 * megabytes on every thread would be more than the heap.
 */
final class LargeBodies implements ContainerResponseFilter {

  /** Under which a request holds its share, in KiB. */
  private static final String SHARE = "dev.chatmultischema.problem.large-body";

  private static final int KIBI = 1024;

  private final int size;
  private final Semaphore room;

  /**
   * @param bytes of all together; a single body may always have them all
   */
  LargeBodies(long bytes) {
    size = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / KIBI));
    room = new Semaphore(size);
  }

  /**
   * Reserves room for a request's body until it is answered.
   *
   * @throws ProblemException 503 {@code overloaded} if there is none at present
   */
  void reserve(ContainerRequestContext request, int bytes) {
    int share = Math.min(size, bytes / KIBI + 1);
    if (!room.tryAcquire(share)) {
      throw new Overloaded();
    }
    request.setProperty(SHARE, share);
  }

  /** Whatever a request ends with, it comes through here. */
  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(SHARE) instanceof Integer share) {
      request.removeProperty(SHARE);
      room.release(share);
    }
  }

  private static final class Overloaded extends ProblemException {
    private static final long serialVersionUID = 1;

    Overloaded() {
      super(
          Problem.of(503, "overloaded", "other large requests take all the room, try again"),
          Duration.ofSeconds(1),
          null);
    }
  }
}
