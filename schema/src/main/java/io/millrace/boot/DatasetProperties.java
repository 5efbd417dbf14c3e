package io.millrace.boot;

import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.model.Tenant;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code millrace.datasets.*}: the files analyses read. API and workers must see the same folder.
 *
 * @param root the folder; created when missing
 * @param maxSize largest upload, 1 B to 1 TB
 */
@ConfigurationProperties("millrace.datasets")
public record DatasetProperties(
    @DefaultValue("datasets") Path root, @DefaultValue("10GB") DataSize maxSize) {
  public DatasetProperties {
    if (maxSize.toBytes() < 1 || maxSize.compareTo(DataSize.ofTerabytes(1)) > 0) {
      throw new ConfigurationRefusedException(
          "millrace.datasets.max-size is %s; it must be 1B to 1TB, because an upload fills the disk"
              .formatted(maxSize));
    }
  }

  /** The folder with its rules for names, divided among the tenants. */
  public TenantDatasets ofTenants() {
    return new TenantDatasets(new DatasetRoot(root), Tenant.DEFAULT);
  }
}
