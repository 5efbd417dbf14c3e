package io.millrace.dataset;

/**
 * Where each tenant's datasets are: one tenant's in the root itself, as they were before there were
 * tenants; every other's in a folder of its own that no dataset's name can reach.
 */
public final class TenantDatasets {
  private final DatasetRoot root;
  private final String owner;

  /**
   * Takes the folders as they are; they may be created later.
   *
   * @param owner the tenant whose datasets are in the root itself
   */
  public TenantDatasets(DatasetRoot root, String owner) {
    this.root = root;
    this.owner = owner;
  }

  /** The datasets of a tenant. */
  public DatasetRoot of(String tenant) {
    return tenant.equals(owner) ? root : root.ofTenant(tenant);
  }
}
