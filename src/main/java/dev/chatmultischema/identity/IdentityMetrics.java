package dev.chatmultischema.identity;

import dev.chatmultischema.prometheus.ChatMetrics;
import io.prometheus.client.Counter;

/** Counts fetches of the keys of issuers, by their result. */
record IdentityMetrics(Counter fetches) {

  static IdentityMetrics register(ChatMetrics metrics) {
    return new IdentityMetrics(
        Counter.build("chat_jwks_fetches_total", "Fetches of JWKS URLs: success or failure.")
            .labelNames("result")
            .register(metrics.registry()));
  }

  void succeeded() {
    fetches.labels("success").inc();
  }

  void failed() {
    fetches.labels("failure").inc();
  }
}
