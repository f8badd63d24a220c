package dev.chatmultischema.admin;

import dev.chatmultischema.cluster.Receipt;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What all nodes did about one thing that an operator wanted. */
record NodeReceipts(List<Receipt> receipts) {

  void print(PrintWriter output) {
    receipts.forEach(
        receipt ->
            output.printf(
                Locale.ROOT,
                "%s: %s: %s%n",
                receipt.nodeId(),
                receipt.succeeded() ? "done" : "FAILED",
                receipt.report()));
  }

  /** The outcome in one line; fails if any node did, or if there is none. */
  String outcome() throws OperationFailed {
    if (receipts.isEmpty()) {
      throw new OperationFailed("no node is alive, as the database sees it");
    }
    var failed =
        receipts.stream()
            .filter(receipt -> !receipt.succeeded())
            .map(receipt -> receipt.nodeId() + " (" + receipt.report() + ")")
            .toList();
    if (!failed.isEmpty()) {
      throw new OperationFailed(
          String.format(
              Locale.ROOT,
              "%d of %d nodes did not do it: %s; what is wanted is written down, and they follow when they can",
              failed.size(),
              receipts.size(),
              String.join(", ", failed)));
    }
    return receipts.stream().map(Receipt::nodeId).collect(Collectors.joining(", ", "done by ", ""));
  }
}
