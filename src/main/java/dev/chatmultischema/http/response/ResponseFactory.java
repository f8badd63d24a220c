package dev.chatmultischema.http.response;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.http.limits.ByteBudget;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.validation.MinDataSize;

/** The {@code http.responses} section: bounds the memory of responses. */
public final class ResponseFactory {

  @MinDataSize(1)
  private DataSize maxPage = DataSize.mebibytes(1);

  @MinDataSize(1024 * 1024)
  private DataSize maxHeld = DataSize.bytes(Runtime.getRuntime().maxMemory() / 6);

  /**
   * Sets the bytes of content after which a page of messages ends. A page has at least one message,
   * and is shorter while little memory is free.
   */
  @JsonProperty
  public void setMaxPage(DataSize maxPage) {
    this.maxPage = maxPage;
  }

  /**
   * Sets the memory that the data of all responses may occupy, by default a sixth of the heap;
   * beyond it, requests get 503 {@code overloaded}.
   */
  @JsonProperty
  public void setMaxHeld(DataSize maxHeld) {
    this.maxHeld = maxHeld;
  }

  /** Returns the bytes of content after which a page of messages ends. */
  public long maxPageBytes() {
    return maxPage.toBytes();
  }

  /** Builds the budget, and the gauge of its reserved bytes. */
  public ByteBudget build(Environment environment) {
    var budget = new ByteBudget(maxHeld.toBytes(), maxHeld.toBytes());
    environment.metrics().registerGauge("http.page-bytes", budget::reserved);
    return budget;
  }
}
