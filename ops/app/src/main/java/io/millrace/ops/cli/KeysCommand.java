package io.millrace.ops.cli;

import io.millrace.model.ApiKey;
import io.millrace.model.Limits;
import io.millrace.model.Tenant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys. */
@Command(
    name = "keys",
    sortOptions = false,
    description = {
      "Makes, lists and revokes API keys, directly in the database.",
      "Once one was made, the API answers nobody without a key; revoking them all does not open it"
          + " again. A change reaches running servers within two seconds."
    },
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: create, list or revoke.");
  }

  @Command(
      name = "create",
      description = {
        "Makes a key and prints it, alone on a line and only this once: the database keeps a hash.",
        "What else there is to say goes to standard error."
      },
      sortOptions = false)
  int create(
      @Option(
              names = "--tenant",
              required = true,
              paramLabel = "TENANT",
              description = "whose jobs and datasets it opens")
          String tenant,
      @Option(names = "--name", paramLabel = "NAME", description = "what to call it in the list")
          @Nullable String name,
      @Option(
              names = "--operator",
              description = "may also do what concerns all tenants, such as setting limits")
          boolean operator,
      @Mixin DatabaseOptions database)
      throws Exception {
    if (!Tenant.isValidName(tenant)) {
      throw usage("--tenant must match " + Limits.TENANT_PATTERN + ".", "create");
    }
    String shown = name == null ? tenant : name.strip();
    if (shown.isEmpty()
        || shown.length() > ApiKey.MAX_NAME_CHARS
        || shown.chars().anyMatch(Character::isISOControl)) {
      throw usage(
          "--name must be 1 to " + ApiKey.MAX_NAME_CHARS + " printable characters.", "create");
    }
    return new KeysRun(spec.commandLine(), database).create(tenant, shown, operator);
  }

  @Command(name = "list", description = "Lists all keys, revoked ones too.", sortOptions = false)
  int list(@Mixin DatabaseOptions database) throws Exception {
    return new KeysRun(spec.commandLine(), database).list();
  }

  @Command(
      name = "revoke",
      description = "Revokes a key, for good; servers refuse it within two seconds.",
      sortOptions = false)
  int revoke(
      @Parameters(paramLabel = "ID", description = "as `keys list` prints it, or the whole key")
          String id,
      @Mixin DatabaseOptions database)
      throws Exception {
    return new KeysRun(spec.commandLine(), database).revoke(id);
  }

  private ParameterException usage(String sentence, String command) {
    return new ParameterException(spec.commandLine().getSubcommands().get(command), sentence);
  }
}
