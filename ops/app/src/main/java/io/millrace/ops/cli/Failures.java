package io.millrace.ops.cli;

import io.millrace.ops.client.ClientException;
import io.millrace.ops.client.ServerRefusedException;
import io.millrace.ops.client.ServerUnreachableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command threw into a sentence and an exit code; only a bug shows its stack. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    PrintWriter err = command.getErr();
    return switch (failure) {
      case ClientException e -> client(e, command, err);
      case IOException e -> say(err, file(e), ExitCode.USAGE);
      case InterruptedException _ -> ExitCode.INTERRUPTED;
      default -> throw failure;
    };
  }

  private static int client(ClientException failure, CommandLine command, PrintWriter err) {
    return switch (failure) {
      case ServerRefusedException e -> {
        boolean json = command.getCommand() instanceof ClientCommand c && c.options.json;
        String text = json ? e.problem().body() : String.join("\n", e.problem().lines());
        yield say(err, text, exitCode(e.problem().slug()));
      }
      case ServerUnreachableException e ->
          say(err, String.valueOf(e.getMessage()), ExitCode.UNREACHABLE);
    };
  }

  /** Asking for a result too early, or for that of a failed job, is a statement about the job. */
  private static int exitCode(String slug) {
    return switch (slug) {
      case "job-not-finished" -> ExitCode.NOT_FINISHED;
      case "job-failed", "job-cancelled", "job-skipped" -> ExitCode.JOB_FAILED;
      default -> ExitCode.REFUSED;
    };
  }

  /** The sentence for a file that cannot be used. */
  static String file(IOException e) {
    return switch (e) {
      case NoSuchFileException f -> "There is no such file or directory: " + f.getFile();
      case AccessDeniedException f -> "The file may not be read or written: " + f.getFile();
      case FileSystemException f -> "The file cannot be used: " + f.getMessage();
      default -> "Reading or writing failed: " + e.getMessage();
    };
  }

  private static int say(PrintWriter err, String text, int exitCode) {
    err.println(text);
    err.flush();
    return exitCode;
  }
}
