package dev.chatmultischema.admin;

import dev.chatmultischema.cluster.Receipt;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The receipts of all nodes for one command. */
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

  /**
   * Returns the outcome in one line.
   *
   * @throws OperationFailed if a node has failed, or no node is alive
   */
  String outcome() throws OperationFailed {
    if (receipts.isEmpty()) {
      throw new OperationFailed("no node is alive according to the database");
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
              "%d of %d nodes have not executed it: %s; the desired state is stored, and they will follow it",
              failed.size(),
              receipts.size(),
              String.join(", ", failed)));
    }
    return receipts.stream().map(Receipt::nodeId).collect(Collectors.joining(", ", "done by ", ""));
  }
}
