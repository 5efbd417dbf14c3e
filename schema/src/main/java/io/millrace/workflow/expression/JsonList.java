package io.millrace.workflow.expression;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A list of JSON as CEL sees it; elements are turned as they are read. */
final class JsonList extends AbstractList<Object> implements RandomAccess {
  private final List<? extends @Nullable Object> list;

  JsonList(List<? extends @Nullable Object> list) {
    this.list = list;
  }

  @Override
  public Object get(int index) {
    return CelValues.in(list.get(index));
  }

  @Override
  public int size() {
    return list.size();
  }
}
