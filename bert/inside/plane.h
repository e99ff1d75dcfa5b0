#pragma once
#include <array>
#include <functional>

#include "core/array.h"

// Points of many dimensions as points of a plane, to be looked at.
//
//   const PrincipalPlane plane = principal_plane(vectors);    // [N, H]
//   plane.places;                                             // [N, 2]
//   plane.shares[0];                                          // of the variance, along the first axis
namespace bertlet::inside {

// Principal component analysis: the two directions along which points spread most. Each points to where the largest of
// its numbers is positive, so that a picture is not mirrored by chance.
struct PrincipalPlane {
  Array places;                       // [N, 2], their mean at 0
  Array axes;                         // [2, H], of length 1
  std::array<double, 2> shares = {};  // of the variance
};
PrincipalPlane principal_plane(const Array& x);

// t-SNE, exact (van der Maaten & Hinton 2008): who is near a point stays near it; how far apart groups lie means
// nothing. It begins with the principal plane and draws no lots, so it gives the same picture every time.
struct NeighbourPlaneOptions {
  double perplexity = 30;  // about how many points each one keeps near; at most (N − 1) / 3
  int64_t steps = 1000;
  std::function<void(int64_t steps)> done = {};
};
struct NeighbourPlane {
  Array places;           // [N, 2]
  double divergence = 0;  // KL(P ‖ Q) in nats, which is minimised
  double perplexity = 0;  // that was used
};
inline constexpr int64_t most_neighbour_points = 2000;
NeighbourPlane neighbour_plane(const Array& x, const NeighbourPlaneOptions& options = {});

}  // namespace bertlet::inside
