package dev.traininghealth.parity;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers of images and volumes. */
@SuppressWarnings("ImmutableEnumChecker")
enum SpatialLayers implements LayerTraining {
  CONVOLUTION("`ConvolutionLayer`", Shape.IMAGE, () -> List.of(convolution())),
  DECONVOLUTION(
      "`Deconvolution2D`",
      Shape.IMAGE,
      () -> List.of(new Deconvolution2D.Builder(2, 2).nOut(2).build())),
  DEPTHWISE(
      "`DepthwiseConvolution2D`",
      Shape.IMAGE,
      () -> List.of(new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).build())),
  SEPARABLE(
      "`SeparableConvolution2D`",
      Shape.IMAGE,
      () -> List.of(new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(2).build())),
  LOCALLY_CONNECTED(
      "`LocallyConnected2D`",
      Shape.IMAGE,
      () ->
          List.of(
              new LocallyConnected2D.Builder()
                  .kernelSize(3, 3)
                  .nOut(2)
                  .convolutionMode(ConvolutionMode.Truncate)
                  .build())),
  SUBSAMPLING(
      "`SubsamplingLayer`",
      Shape.IMAGE,
      () ->
          List.of(
              convolution(), new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())),
  UPSAMPLING(
      "`Upsampling2D`",
      Shape.IMAGE,
      () -> List.of(convolution(), new Upsampling2D.Builder(2).build())),
  BATCH_NORM_IMAGE(
      "`BatchNormalization` of images",
      Shape.IMAGE,
      () -> List.of(convolution(), new BatchNormalization.Builder().useLogStd(true).build())),
  SPATIAL_DROPOUT(
      "`SpatialDropout`",
      Shape.IMAGE,
      () -> List.of(convolution(), new DropoutLayer.Builder(new SpatialDropout(0.7)).build())),
  RESPONSE_NORM(
      "`LocalResponseNormalization`",
      Shape.IMAGE,
      () -> List.of(convolution(), new LocalResponseNormalization.Builder().build())),
  GLOBAL_POOLING(
      "`GlobalPoolingLayer`",
      Shape.IMAGE,
      () -> List.of(convolution(), new GlobalPoolingLayer.Builder().build())),
  ZERO_PADDING(
      "`ZeroPaddingLayer`", Shape.IMAGE, () -> List.of(convolution(), new ZeroPaddingLayer(1, 1))),
  CROPPING("`Cropping2D`", Shape.IMAGE, () -> List.of(convolution(), new Cropping2D(1, 1))),
  SPACE_TO_DEPTH(
      "`SpaceToDepthLayer`",
      Shape.IMAGE,
      () -> List.of(convolution(), new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NCHW).build())),
  CAPSULES(
      "`PrimaryCapsules`, `CapsuleLayer`, `CapsuleStrengthLayer`",
      Shape.IMAGE_TO_CLASS_LOSS,
      () ->
          List.of(
              new PrimaryCapsules.Builder(4, 2).kernelSize(2, 2).stride(2, 2).build(),
              new CapsuleLayer.Builder(3, 4, 1).build(),
              new CapsuleStrengthLayer.Builder().build(),
              new ActivationLayer(Activation.SOFTMAX),
              new LossLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                  .activation(Activation.IDENTITY)
                  .build())),
  CNN_LOSS(
      "`CnnLossLayer`",
      Shape.IMAGE_TO_LOSS,
      () ->
          List.of(
              new ConvolutionLayer.Builder(3, 3)
                  .nOut(3)
                  .convolutionMode(ConvolutionMode.Same)
                  .build(),
              new CnnLossLayer.Builder(LossFunction.MCXENT)
                  .activation(Activation.SOFTMAX)
                  .build())),
  YOLO(
      "`Yolo2OutputLayer`",
      Shape.BOXES,
      () ->
          List.of(
              new ConvolutionLayer.Builder(3, 3)
                  .nOut(7)
                  .convolutionMode(ConvolutionMode.Same)
                  .activation(Activation.IDENTITY)
                  .build(),
              new Yolo2OutputLayer.Builder()
                  .boundingBoxPriors(Nd4j.createFromArray(new float[][] {{1, 1}}))
                  .build())),
  CONVOLUTION_3D("`Convolution3D`", Shape.VOLUME, () -> List.of(convolution3(), pooling())),
  DECONVOLUTION_3D(
      "`Deconvolution3D`",
      Shape.VOLUME,
      () ->
          List.of(
              new Deconvolution3D.Builder()
                  .kernelSize(2, 2, 2)
                  .nOut(2)
                  .dataFormat(Convolution3D.DataFormat.NCDHW)
                  .build(),
              pooling())),
  SUBSAMPLING_3D(
      "`Subsampling3DLayer`",
      Shape.VOLUME,
      () ->
          List.of(
              convolution3(),
              new Subsampling3DLayer.Builder(new int[] {2, 2, 2}, new int[] {1, 1, 1}).build(),
              pooling())),
  UPSAMPLING_3D(
      "`Upsampling3D`",
      Shape.VOLUME,
      () ->
          List.of(
              convolution3(),
              new Upsampling3D.Builder(Convolution3D.DataFormat.NCDHW, 2).build(),
              pooling())),
  ZERO_PADDING_3D(
      "`ZeroPadding3DLayer`",
      Shape.VOLUME,
      () -> List.of(convolution3(), new ZeroPadding3DLayer.Builder(1).build(), pooling())),
  CROPPING_3D(
      "`Cropping3D`",
      Shape.VOLUME,
      () ->
          List.of(
              new Convolution3D.Builder(2, 2, 2)
                  .nOut(2)
                  .dataFormat(Convolution3D.DataFormat.NCDHW)
                  .build(),
              new Cropping3D(1, 0, 1, 0, 1, 0),
              pooling())),
  CNN_3D_LOSS(
      "`Cnn3DLossLayer`",
      Shape.VOLUME_TO_LOSS,
      () ->
          List.of(
              new Convolution3D.Builder(3, 3, 3)
                  .nOut(3)
                  .convolutionMode(ConvolutionMode.Same)
                  .dataFormat(Convolution3D.DataFormat.NCDHW)
                  .build(),
              new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW)
                  .lossFunction(LossFunction.MCXENT)
                  .activation(Activation.SOFTMAX)
                  .build())),
  SPACE_TO_BATCH(
      "`SpaceToBatchLayer`",
      Shape.IMAGE,
      () ->
          List.of(
              convolution(),
              new SpaceToBatchLayer.Builder<>(new int[] {2, 2}).build(),
              new GlobalPoolingLayer.Builder().build()));

  private final String title;
  private final Shape shape;
  private final Supplier<List<Layer>> layers;

  SpatialLayers(String title, Shape shape, Supplier<List<Layer>> layers) {
    this.title = title;
    this.shape = shape;
    this.layers = layers;
  }

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(3).build();
  }

  private static Layer convolution3() {
    return new Convolution3D.Builder(2, 2, 2)
        .nOut(2)
        .dataFormat(Convolution3D.DataFormat.NCDHW)
        .build();
  }

  private static Layer pooling() {
    return new GlobalPoolingLayer.Builder().build();
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public List<Layer> layers() {
    return layers.get();
  }

  @Override
  public boolean isSlow() {
    return this == CAPSULES || this == LOCALLY_CONNECTED;
  }

  /** Space to batch makes four examples of one. */
  @Override
  public List<DataSet> data() {
    List<DataSet> data = LayerTraining.super.data();
    if (this == SPACE_TO_BATCH) {
      for (DataSet batch : data) {
        INDArray labels = batch.getLabels();
        batch.setLabels(Nd4j.concat(0, labels, labels, labels, labels));
      }
    }
    return data;
  }
}
