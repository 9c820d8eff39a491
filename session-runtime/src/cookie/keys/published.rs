//! Keys that are printed in documentation and tutorials.
//!
//! Anyone who has read the page can forge cookies signed with such a key. The
//! list covers Rocket's guide and examples, Flask's quick start and configuration
//! pages, and the placeholders of tutorials ("dev", "secret", "supersecretkey",
//! …). It holds SHA-256 hashes, so that nobody copies a key from here. Each is a
//! hash of the key's bytes, or of its text if that is neither hex nor base64.

use sha2::{Digest, Sha256};

/// Whether these bytes are one of the published keys.
pub(crate) fn is_published(key: &[u8]) -> bool {
    let hash = base16ct::lower::encode_string(&Sha256::digest(key));
    PUBLISHED.binary_search(&hash.as_str()).is_ok()
}

/// Sorted, for the binary search.
const PUBLISHED: &[&str] = &[
    "048af2438891a89a3536ac09cc96ccbd34a1714e88cf8fdb63e6186dcc3ff89d",
    "0537dfd229ccd644e29c82f0c27a1b3b075a1589fa75a186ed40abc25bfcd248",
    "057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86",
    "190aec7389a3b0b5b6c67ac2756cb7b7bc6e5d936ae83d34f55a150a67a13003",
    "1d68f4aec119872e9ea5c9d884d38802989d5234d8be162e16340292694a943d",
    "21ef86e5883c11e4d660e1ab93343e00653283e8474afa9d9dbaa7a77c678aed",
    "2afe16a6d630d94cd07c68d5e35568655bf5f60bef29c4f1321fc857816afec9",
    "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
    "3e02652d647a5dc350fc171578a5688ba2a0a4d947613f8a74e225f6e0745e87",
    "3fac1504251a027465981346fb5b0d57d398e4df4a03253a4c7d1926e40e9907",
    "4b6d4a517f0bb6aa58a412c5b0f68240046b68a6f4703ccb7d7d04320f0d459c",
    "4ca7e2eaf98ed497e0dbf2014ce870957e4122050659d964f98ef56b58199d75",
    "4de9a6872f36e43aa5aaa0e3aa3f5b8bd2c31e1efd7d63f3bca89b05a88917d0",
    "528b36022f3bc7b1de66f30bbd011bb84fce3067c5eb593400d1b39055c32891",
    "53336a676c64c1396553b2b7c92f38126768827c93b64d9142069c10eda7a721",
    "55a2aa619c852bbc2a756b83696b60ab1b91ab7163f3e0d8463da815fb93a268",
    "58973d21ebedf296ba85a541567379da8374ae20f833540b97e08bc30ba5e0cd",
    "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5",
    "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    "62f196fe59c6f78d7f332ae80f55e6e869d8e7fbc589855b5a1a21b9249408ca",
    "6387b83efce9ec3b4beef136d3be1aa4c9ffb4f8d76e80840aaee79f9c3667e5",
    "6523e58bc0eec42c31b9635d5e0dfc23b6d119b73e633bf3a5284c79bb4a1ede",
    "65f7351ae3a88092fa7dad99a74849007d4e702809cd85e8a26167f05ae67fae",
    "66859b7ade4e68cb65041b88a7ad5214df71cdcfa27dff2efcc80a81e9ba5fa0",
    "6b15bc67e57a49036d789f77fb0c35f6822d7b67aa37e3e5f64cffef59e38773",
    "6bd8a6c37ed7c2ac5f378cf8590931458b702406dd4cda21fab61807d3775bd8",
    "7ab2fe6a82bca588812c706b13f3ef454c4dfce6747c7e2b7b1fc42ab0620d1c",
    "7f5aa1e2e4cce1e41cf9b93db36f87c82a790cedb958bcd7f711c305d21e8db2",
    "80c004099af31c5287e6e04dcf58f5c009a8881bb2466387fa17ea7472240961",
    "81f938c8137e62343109d24cd536dec239e84f34dfa96bc69766e52398ac576e",
    "85dbe15d75ef9308c7ae0f33c7a324cc6f4bf519a2ed2f3027bd33c140a4f9aa",
    "875b9380866e9d56e7110b0ee310962c16d9d4ae103f829d62bdffd2cbe7c61d",
    "87e81cddf562da37272010e9458fe7dfa259a371ecb70d65a90158974d9c8d16",
    "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92",
    "8f9e4425a0caedda6f4f092d7fe26a31c3d310d3e14d0cb840ab8bf40519c7b4",
    "9530c5c8c590d6a83b5132b06b59277328b54081ddb6820b4bcde86cd56ee9fc",
    "95838c291613576eda29c299ba0a02e3be1f1e62c9dfa89f86743f628f8a515e",
    "98483c6eb40b6c31a448c22a66ded3b5e5e8d5119cac8327b655c8b5c4836489",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "a5aa976fe0932dfa4e28efad79b2bdf0ab22a79a346ed3fe9e0aeda30ab3fd1d",
    "a82af4e96b5b8d825a6910b908eccdc4401af1e663db5edf2d7dfb712db96529",
    "a9ee59cf6f8bbd8bbe2485119bdb7b7334db052ac99a1a69a04c0efdd892fece",
    "aad3d70265a814a7dc3627604e52d9ed197fdf4f0c29824240bad3977e96ab3d",
    "ad165b11320bc91501ab08613cc3a48a62a6caca4d5c8b14ca82cc313b3b96cd",
    "b16920894899c7780b5fc7161560a4120e26723be4f187462291225157ba82c4",
    "b7fc4838f5a36c8d1940b56fe2df734293434da17cca35a4e3f82d66ead6aa0d",
    "baf698c16450117dbe6aee29419e1553d1c39cce63a080adfedd229a1d9c9391",
    "c27bf4f0cebe0d36a8b29d3c92c95f74dedf2e25781a17c4242f0e3b97d9e2d2",
    "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2",
    "c793d6aea4e5bf22b20d7444b4688312ca5e0ce67cee9d6350681e7d33cd4186",
    "ca32f86ce10b8435c108ffd1ae1acd9823f729f51946b3aad3277ac94dead529",
    "ce7ca3d53a67c65f0c8f18d34041d17107e345ac7f831627ef805c69eae77155",
    "cf80cd8aed482d5d1527d7dc72fceff84e6326592848447d2dc0b0e87dfc9a90",
    "e06a65faf6a10f8f3e88b777d949cc7076297dcdc19c821a9ed8f5ad2e7071b2",
    "e2186dbdb1bb4193608605e84f33208765b5693b55edd4f730a719a100eeea6f",
    "e706386a58190ee13247ffc85c07f5fee617aed1e339cd935e64bab32bfe8fc8",
    "eabd522910ccdd77aef079feff0c7bb6486f6ab207ae6d3ed9e671208c92ab0f",
    "eefbd4136387e7620933a54b3199c46811d8cda05a433e05ede0741710338690",
    "ef260e9aa3c673af240d17a2660480361a8e081d1ffeca2a5ed0e3219fc18567",
    "ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f",
    "f75778f7425be4db0369d09af37a6c2b9a83dea0e53e7bd57412e4b060e607f7",
    "fb86fb757d1241d512865070e05ccb5d17dfaa11a4b2ca04b89bacad17530ad4",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_as_the_search_expects() {
        assert!(PUBLISHED.is_sorted());
    }

    #[test]
    fn knows_the_usual_words() {
        for word in ["dev", "secret", "supersecretkey"] {
            assert!(is_published(word.as_bytes()), "{word}");
        }
        assert!(!is_published(b"correct horse battery staple"));
    }
}
