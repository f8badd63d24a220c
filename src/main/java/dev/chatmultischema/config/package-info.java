/**
 * Reads the configuration file: substitutes environment variables and parses YAML strictly. Entry
 * point is {@link dev.chatmultischema.config.ConfigurationFile}. The package has no threads.
 */
package dev.chatmultischema.config;
