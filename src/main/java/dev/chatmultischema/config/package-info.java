/**
 * Reads the configuration file: substitutes environment variables, parses YAML strictly, and
 * accepts former names of sections. Entry point is {@link
 * dev.chatmultischema.config.ConfigurationFile}. The package has no threads.
 */
package dev.chatmultischema.config;
