package dev.traininghealth.parity;

import java.util.Collection;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;

/** Discards all records: most tests read none. */
final class DiscardingRouter implements StatsStorageRouter {
  @Override
  public void putStorageMetaData(StorageMetaData metaData) {}

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {}

  @Override
  public void putStaticInfo(Persistable staticInfo) {}

  @Override
  public void putStaticInfo(Collection<? extends Persistable> staticInfo) {}

  @Override
  public void putUpdate(Persistable update) {}

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {}
}
