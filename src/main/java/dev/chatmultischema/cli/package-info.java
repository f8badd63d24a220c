/**
 * The command line: Dropwizard's commands with one-line error messages, {@code user add}, decoding
 * of arguments as UTF-8, and the time limit of a shutdown. Entry points are {@link
 * dev.chatmultischema.cli.Commands} and {@link dev.chatmultischema.cli.CommandLineInterface}.
 * Commands run on the main thread; {@link dev.chatmultischema.cli.StopDeadline} starts one thread
 * when the JVM shuts down.
 */
package dev.chatmultischema.cli;
