/**
 * The commands of {@code ops/millrace}. Each is a thin picocli class: it reads options, calls the
 * client, prints through a report, and returns an {@link io.millrace.ops.cli.ExitCode}. Client
 * commands load no Spring class, so that they start fast and run from a class path without it.
 */
@NullMarked
package io.millrace.ops.cli;

import org.jspecify.annotations.NullMarked;
