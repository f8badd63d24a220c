package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;

/** The heads that all nodes remember together, outside PostgreSQL. */
public interface SharedHeads {

  /**
   * Returns the highest {@code seq} that was stored in an epoch of a tenant; 0 if none is known.
   *
   * @throws Unavailable if the heads cannot be read
   */
  long find(TenantId tenant, int epoch) throws Unavailable;

  /** Reports that heads cannot be read. */
  final class Unavailable extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean isTemporary;

    /**
     * @param isTemporary whether they may be read within seconds
     */
    public Unavailable(boolean isTemporary, Throwable cause) {
      super(cause);
      this.isTemporary = isTemporary;
    }

    public boolean isTemporary() {
      return isTemporary;
    }
  }
}
