package org.deeplearning4j.spark.impl.listeners;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;

/**
 * Stands for DL4J's router of a Spark worker, which collects records in lists. The plugin
 * recognizes it by its name, because Spark is not on the class path here.
 */
public final class VanillaStatsStorageRouter implements StatsStorageRouter {
  private final List<StorageMetaData> metaData = new ArrayList<>();
  private final List<Persistable> staticInfo = new ArrayList<>();
  private final List<Persistable> updates = new ArrayList<>();

  @Override
  public synchronized void putStorageMetaData(StorageMetaData storageMetaData) {
    metaData.add(storageMetaData);
  }

  @Override
  public synchronized void putStorageMetaData(
      Collection<? extends StorageMetaData> storageMetaData) {
    metaData.addAll(storageMetaData);
  }

  @Override
  public synchronized void putStaticInfo(Persistable info) {
    staticInfo.add(info);
  }

  @Override
  public synchronized void putStaticInfo(Collection<? extends Persistable> info) {
    staticInfo.addAll(info);
  }

  @Override
  public synchronized void putUpdate(Persistable update) {
    updates.add(update);
  }

  @Override
  public synchronized void putUpdate(Collection<? extends Persistable> update) {
    updates.addAll(update);
  }

  /** {@return what was put until now} */
  public synchronized List<StorageMetaData> getStorageMetaData() {
    return new ArrayList<>(metaData);
  }

  /** {@return what was put until now} */
  public synchronized List<Persistable> getStaticInfo() {
    return new ArrayList<>(staticInfo);
  }

  /** {@return what was put until now} */
  public synchronized List<Persistable> getUpdates() {
    return new ArrayList<>(updates);
  }
}
