package io.millrace.api.workflow;

import io.millrace.api.admission.KnownTypes;
import io.millrace.model.JobType;
import io.millrace.workflow.definition.Catalogue;
import java.util.Optional;
import java.util.Set;

/**
 * What the definitions of one tenant may refer to.
 *
 * @param known the types and pools, which all tenants share
 * @param workflows the tenant's own
 */
record TenantCatalogue(KnownTypes known, Set<String> workflows) implements Catalogue {
  @Override
  public Optional<JobType> type(String name) {
    return known.find(name);
  }

  @Override
  public Set<String> types() {
    return known.names();
  }

  @Override
  public Set<String> pools() {
    return known.pools();
  }
}
