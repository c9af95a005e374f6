@NullMarked
package dev.traininghealth.publish;

import org.jspecify.annotations.NullMarked;
