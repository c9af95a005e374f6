package dev.traininghealth;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** A storage before which something happens at each call. */
final class FaultyStorage implements StatsStorageRouter {
  final StatsStorage storage = new InMemoryStatsStorage();
  private final Runnable fault;

  /**
   * Creates a storage.
   *
   * @param fault called before each call; if it throws, nothing is stored
   */
  FaultyStorage(Runnable fault) {
    this.fault = fault;
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    fault.run();
    storage.putStorageMetaData(metaData);
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
    metaData.forEach(this::putStorageMetaData);
  }

  @Override
  public void putStaticInfo(Persistable info) {
    fault.run();
    storage.putStaticInfo(info);
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> info) {
    info.forEach(this::putStaticInfo);
  }

  @Override
  public void putUpdate(Persistable update) {
    fault.run();
    storage.putUpdate(update);
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    List.copyOf(updates).forEach(this::putUpdate);
  }

  @Override
  public String toString() {
    return "FaultyStorage";
  }
}
