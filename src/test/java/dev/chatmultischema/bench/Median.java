package dev.chatmultischema.bench;

import java.util.List;

/** The median of an odd number of figures, or the upper one of two. */
final class Median {

  private Median() {}

  static double of(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }
}
