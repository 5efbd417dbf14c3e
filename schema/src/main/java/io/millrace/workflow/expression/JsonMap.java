package io.millrace.workflow.expression;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object of JSON as CEL sees it; values are turned as they are read. */
final class JsonMap extends AbstractMap<Object, Object> {
  private final Map<?, ? extends @Nullable Object> map;

  JsonMap(Map<?, ? extends @Nullable Object> map) {
    this.map = map;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    return containsKey(key) ? CelValues.in(map.get(key)) : null;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key instanceof String && map.containsKey(key);
  }

  @Override
  public int size() {
    return map.size();
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Object, Object>> iterator() {
        return map.entrySet().stream().<Entry<Object, Object>>map(JsonMap::entry).iterator();
      }

      @Override
      public int size() {
        return map.size();
      }
    };
  }

  private static Entry<Object, Object> entry(Entry<?, ? extends @Nullable Object> entry) {
    return new SimpleImmutableEntry<>(
        String.valueOf(entry.getKey()), CelValues.in(entry.getValue()));
  }
}
