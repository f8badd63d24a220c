/**
 * The operators' console under {@code /console} on the admin port: pages from the resources {@code
 * console/*}, and what they show as JSON under {@code /console/api}. {@link
 * dev.chatmultischema.console.ConsoleFactory} is the entry point. It reads by the code of the admin
 * tasks, and changes nothing: its pages post the tasks. The package has no threads of its own.
 */
package dev.chatmultischema.console;
