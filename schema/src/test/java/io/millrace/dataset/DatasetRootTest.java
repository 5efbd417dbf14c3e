package io.millrace.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.dataset.DatasetRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetRootTest {
  @TempDir Path folder;
  private Path root;
  private DatasetRoot datasets;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("a/b/c"));
    Files.writeString(root.resolve("plain.csv"), "x\n");
    Files.writeString(root.resolve("a/b/c/deep-1_2.csv.gz"), "x\n");
    Files.writeString(folder.resolve("secret.csv"), "x\n");
    datasets = new DatasetRoot(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.csv", "a/b/c/deep-1_2.csv.gz"})
  void resolve_fileBelowRoot_isFound(String name) throws Exception {
    assertThat(datasets.resolve(name)).isEqualTo(root.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "../secret.csv",
        "a/../plain.csv",
        "a/..",
        "a//plain.csv",
        "a/",
        ".hidden",
        "a\\b",
        "nul\u0000.csv",
        "plain.csv\n",
        "C:/x.csv",
        "a/b/c/d/e.csv",
        "ümlaut.csv"
      })
  void resolve_nameBreaksTheRule_isInvalid(String name) {
    assertThat(reasonOf(name)).isEqualTo(Reason.INVALID_NAME);
  }

  @Test
  void resolve_segmentOf129Characters_isInvalid() {
    assertThat(DatasetRoot.isValidName("a".repeat(128))).isTrue();
    assertThat(reasonOf("a".repeat(129))).isEqualTo(Reason.INVALID_NAME);
  }

  @Test
  void resolve_nothingThere_isNotFoundAndNamesNoAbsolutePath() {
    DatasetRefusedException refused =
        catchThrowableOfType(
            DatasetRefusedException.class, () -> datasets.resolve("a/missing.csv"));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(refused).hasMessageContaining("a/missing.csv");
    assertThat(refused.getMessage()).doesNotContain(folder.toString());
  }

  @Test
  void resolve_folder_isNotAFile() {
    assertThat(reasonOf("a/b")).isEqualTo(Reason.NOT_A_FILE);
  }

  @Test
  void resolve_linkToFileOutside_escapes() throws IOException {
    Files.createSymbolicLink(root.resolve("link.csv"), folder.resolve("secret.csv"));
    assertThat(reasonOf("link.csv")).isEqualTo(Reason.ESCAPES);
  }

  @Test
  void resolve_linkToFileInside_escapesToo() throws IOException {
    Files.createSymbolicLink(root.resolve("alias.csv"), root.resolve("plain.csv"));
    assertThat(reasonOf("alias.csv")).isEqualTo(Reason.ESCAPES);
  }

  @Test
  void resolve_linkedFolderOnTheWay_escapes() throws IOException {
    Files.createSymbolicLink(root.resolve("up"), folder);
    assertThat(reasonOf("up/secret.csv")).isEqualTo(Reason.ESCAPES);
  }

  @Test
  void resolve_rootItselfIsALink_isAllowed() throws Exception {
    Path alias = Files.createSymbolicLink(folder.resolve("alias"), root);
    assertThat(new DatasetRoot(alias).resolve("plain.csv")).hasContent("x\n");
  }

  @Test
  void place_newFile_isBelowRoot() throws Exception {
    assertThat(datasets.place("a/new.csv")).isEqualTo(root.resolve("a/new.csv"));
  }

  private Reason reasonOf(String name) {
    return catchThrowableOfType(DatasetRefusedException.class, () -> datasets.resolve(name))
        .reason();
  }

  @Test
  void tenants_eachHasAFolderThatNoNameOfAnotherReaches() throws Exception {
    TenantDatasets tenants = new TenantDatasets(datasets, "default");
    assertThat(tenants.of("default").resolve("plain.csv")).isEqualTo(root.resolve("plain.csv"));
    Path own = tenants.of("acme").place("plain.csv");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "y\n");
    assertThat(tenants.of("acme").resolve("plain.csv")).hasContent("y\n");
    assertThat(reasonOf(root.relativize(own).toString())).isEqualTo(Reason.INVALID_NAME);
    assertThat(reasonOf("acme/plain.csv")).isEqualTo(Reason.NOT_FOUND);
    DatasetRefusedException refused =
        catchThrowableOfType(
            DatasetRefusedException.class, () -> tenants.of("bob").resolve("plain.csv"));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".", "a/b", "../a", "a\u0000"})
  void ofTenant_nameThatIsNoFolder_isRefused(String tenant) {
    assertThatIllegalArgumentException().isThrownBy(() -> datasets.ofTenant(tenant));
  }
}
